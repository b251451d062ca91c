#!/bin/sh
# Rates of rsim's networks on this machine's GPU, then those of the same networks in PyTorch where Python has it.
cd "$(dirname "$0")" || exit 2
./node --max-old-space-size=16000 load.mjs "$@" || exit $?
if python3 -c 'import torch' 2>/dev/null; then
  python3 torch-load.py "$@"
else
  echo 'PyTorch: python3 with torch is not here'
fi
