#!/bin/sh
# The simulator of the documentation: reads design.json in its folder, prints one JSON object.
value() { tr -d ' \n' < design.json | sed "s/.*\"$1\":\([0-9.eE+-]*\).*/\1/"; }
awk -v t="$(value thickness)" -v w="$(value width)" -v s="$(value seed)" \
    'BEGIN { srand(s); printf "{\"resolution\": %.17g, \"resolution_error\": 0.01}\n", (t - 4)^2 / 10 + 1 / w + 0.01 * rand() }'
