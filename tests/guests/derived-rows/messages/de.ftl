over-limit = Mehr als { $limit } dieser Familie.
many-families = Es sind viele Familien.
