"""Pooling of results, and refusing to pool: arithmetic, candidates, effects, eligibility, pooling, forms."""

from ldn_graph.synthesis.forms import write_synthesis
from ldn_graph.synthesis.pooling import Synthesis, Wanted, pool_results

__all__ = ["Synthesis", "Wanted", "pool_results", "write_synthesis"]
