# The messages of the guide's plugin.
above-limit = { $amount } is above the limit of { $limit } for this category.
no-lines = A report without lines cannot be submitted.
comment-missing = Say why.
