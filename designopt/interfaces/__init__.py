"""A problem as scipy, scikit-optimize and Optuna want it: scored through the evaluator, charged and recorded."""
