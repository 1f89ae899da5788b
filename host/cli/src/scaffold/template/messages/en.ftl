quantity-not-positive = The quantity must be above zero, not { $quantity }.
discontinued = { $product } can no longer be bought.
no-lines = A request without lines cannot be submitted.
over-budget = The total of { $total } is above the budget of { $budget }.

workspace-title = Purchase requests
page-requests = Requests
page-request = Request
section-general = General
section-lines = Products
confirm-submit = Send the request to the buyers?
