no-item = The item has no number.
quantity-not-positive = The quantity must be above 0.
discount-above-price = The discount can be at most 100 %.
requested-in-the-past = The requested date must not be before { $booked }.
