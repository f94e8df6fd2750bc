"""Sends every POST with a key through `jobs.once`; last of the middleware, so it calls the view."""

from jobs.once import answer_once, key_of

from .problems import problem_of


def asks_itself(view_func):
    """Views that keep a draft first, whatever becomes of the rest."""
    return getattr(getattr(view_func, "view_class", None), "asks_once_itself", False)


class OnceMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, args, kwargs):
        """A token of the API names its person inside the view only: there the view asks itself."""
        if request.method != "POST" or asks_itself(view_func):
            return None
        if not request.user.is_authenticated:
            return None
        try:
            key = key_of(request)
            if not key:
                return None
            return answer_once(
                request, request.user, key, lambda: view_func(request, *args, **kwargs)
            )
        except Exception as error:
            # What process_view raises is not handed to process_exception.
            response = problem_of(request, error)
            if response is None:
                raise
            return response
