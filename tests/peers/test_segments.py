"""Segments as we count them against Twilio's own calculator, on more than 400 texts (D14)."""

from __future__ import annotations

import json
import subprocess

from channels.text import segments
from tests.channels.scripts import texts
from tests.peers.conftest import MODULES

COUNT = """
const { SegmentedMessage } = require("sms-segments-calculator");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((text) => {
  const counted = new SegmentedMessage(text);
  return [counted.encodingName, counted.segmentsCount];
})));
"""


def test_segments_are_those_of_twilios_own_calculator(node: str) -> None:
    asked = texts()
    script = [node, "-e", COUNT]
    told = subprocess.run(
        script, input=json.dumps(asked), capture_output=True, text=True, check=True, cwd=MODULES.parent
    )
    theirs = [(alphabet.lower(), count) for alphabet, count in json.loads(told.stdout)]
    ours = [(counted.alphabet.value, counted.count) for counted in map(segments, asked)]
    assert len(asked) > 400
    assert [(text, one, other) for text, one, other in zip(asked, ours, theirs, strict=True) if one != other] == []
