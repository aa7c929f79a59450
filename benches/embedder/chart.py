"""Draws what `compare.py` found: python chart.py OUT.json docs/embedder.svg"""

import json
import pathlib
import sys
from html import escape

ROW, LEFT, WIDTH = 24, 270, 430


def main() -> None:
    report = json.loads(pathlib.Path(sys.argv[1]).read_text())
    engines = [line for line in report["engines"] if "tokens_per_cpu_second" in line]
    engines.sort(key=lambda line: -line["tokens_per_cpu_second"])
    most = engines[0]["tokens_per_cpu_second"]
    height = ROW * len(engines) + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 80}" height="{height}"'
        ' font-family="sans-serif" font-size="13">',
        f'<rect width="{LEFT + WIDTH + 80}" height="{height}" fill="#ffffff"/>',
        '<text x="10" y="20" font-weight="bold">Tokens embedded in a CPU second</text>',
    ]
    for at, line in enumerate(engines):
        y = 34 + at * ROW
        rate = line["tokens_per_cpu_second"]
        colour = "#2a6fb0" if line["name"].startswith("gongkit") else "#b8b8b8"
        lines += [
            f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(line["name"])}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{WIDTH * rate / most:.0f}" height="18" fill="{colour}"/>',
            f'<text x="{LEFT + WIDTH * rate / most + 6:.0f}" y="{y + 14}">{rate:,.0f}</text>',
        ]
    lines.append("</svg>")
    pathlib.Path(sys.argv[2]).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
