"""The analysis: one pure fold over events. See `analysis.Analysis`."""
