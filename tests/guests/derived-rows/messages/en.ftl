over-limit = More than { $limit } of this family.
many-families = There are many families.
