from django import forms


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Đơn vị, công trình, nhiệm vụ, văn bản, chỉ tiêu",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
