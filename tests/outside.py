"""Files of other people's tools, where they lie beside the project: tests that read them skip elsewhere."""

from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "../shared/samples"
