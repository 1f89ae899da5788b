below-target = Mindestens { $target } werden gebraucht.
many-families = { $count } Familien sind viele.
