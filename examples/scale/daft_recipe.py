"""Score any number of deals with Daft, on one machine or a Ray cluster.

    pip install 'ltc-coach[batch,daft]'
    python daft_recipe.py PLAYBOOK 'deals/*.parquet' scored/

The step is ``Columns.score``, the same that runs here on one machine; Daft only spreads the batches.
"""

from __future__ import annotations

import sys
from pathlib import Path

import daft
import pyarrow as pa

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.batch.columns import Columns

# Deals handed to a worker at a time: enough to be fast, few enough for a small machine.
ROWS = 1 << 17


def scored(deals: daft.DataFrame, columns: Columns) -> daft.DataFrame:
    """Return the deals with their results; ``columns`` must be plain."""
    incoming = deals.schema().to_pyarrow_schema()
    fields = {field.name: daft.DataType.from_arrow_type(field.type) for field in columns.schema(incoming)}

    @daft.func.batch(return_dtype=daft.DataType.struct(fields), unnest=True, batch_size=ROWS)
    def score(*series: daft.Series) -> pa.Array:
        batch = pa.RecordBatch.from_arrays([one.to_arrow() for one in series], names=incoming.names)
        return columns.score(batch).to_struct_array()

    return deals.select(score(*(deals[name] for name in incoming.names)))


def main(playbook: str, source: str, target: str) -> None:
    """Read Parquet files, score them, write Parquet files."""
    columns = Columns(load_playbook(Path(playbook)), plain=True)
    scored(daft.read_parquet(source), columns).write_parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
