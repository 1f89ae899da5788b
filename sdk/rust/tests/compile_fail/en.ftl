below-minimum = At least { $minimum }, please.
stopped = { $item } is no longer sold to { $customer }.
no-words = Write something.
