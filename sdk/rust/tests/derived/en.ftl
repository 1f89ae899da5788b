below-target = At least { $target } are wanted.
many-families = { $count } families are many.
