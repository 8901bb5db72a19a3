"""What is compiled to simulate designs: one evaluation, batches in chunks, compiling once, prices of gradients."""
