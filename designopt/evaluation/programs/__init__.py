"""What is compiled to simulate designs: the evaluation of one, batches in chunks, programs on the disk, prices."""
