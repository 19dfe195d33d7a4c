def count_pages(get_response):
    """Count the pages that were asked for."""
    pages = 0

    def middleware(request):
        nonlocal pages
        pages += 1
        return get_response(request)
