below-minimum = Mindestens { $minimum }, bitte.
stopped = { $item } wird nicht mehr verkauft.
