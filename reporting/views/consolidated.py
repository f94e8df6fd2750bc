from django.views import View


class ConsolidatedView(View):
    pass


class RebuildView(View):
    pass


class EditTextView(View):
    pass


class ApproveView(View):
    pass
