"""Search strategies: one file a family, each thin around its library."""
