quantity-not-positive = Die Menge muss größer als null sein, nicht { $quantity }.
discontinued = { $product } ist nicht mehr erhältlich.
no-lines = Eine Anforderung ohne Positionen kann nicht eingereicht werden.
over-budget = Die Summe von { $total } übersteigt das Budget von { $budget }.
