"""The design's test plan: what each number asks for; tests say which one they serve with `@pytest.mark.plan("D07")`."""

from __future__ import annotations

ASKED = {
    "D01": 84, "D02": 200, "D03": 200, "D04": 40, "D05": 70, "D06": 200, "D07": 300, "D08": 160, "D09": 500, "D10": 500,
    "D11": 10, "D12": 12, "D13": 4, "D14": 400, "D15": 2000, "D16": 5000, "D17": 450, "D18": 6120, "D19": 200, "D20": 60,
    "D21": 40, "D22": 230, "D23": 16, "D24": 500, "D25": 120, "D26": 250, "D27": 50, "D28": 80, "D29": 60, "D30": 200,
    "D31": 30, "D32": 220, "D33": 300, "D34": 200, "D35": 1600, "D36": 1000, "D37": 1250, "D38": 20, "D39": 100, "D40": 60,
    "D41": 10, "D42": 220, "D43": 200, "D44": 50, "D45": 10060, "D46": 40, "D47": 25, "D48": 1, "D49": 500, "D50": 40,
    "D51": 30, "D52": 1, "D53": 1, "D54": 1000, "D55": 4, "D56": 20,
}  # fmt: skip
"""Trials that the design asks for, by number; 1 where it says "all"."""
