"""The sandbox carrier: a phone on a page, and a stand-in for the provider behind it. For trying, training and tests only."""
