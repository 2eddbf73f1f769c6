# What labels are called.
