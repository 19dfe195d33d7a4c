raise ImportError("Name mysite.local instead.")
