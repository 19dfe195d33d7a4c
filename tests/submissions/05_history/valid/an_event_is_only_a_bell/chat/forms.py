from django import forms


class SinceForm(forms.Form):
    """Checks what follows the ? in the address of a WebSocket."""

    since = forms.IntegerField(min_value=0, max_value=2**63 - 1)

    @classmethod
    def parse(cls, query):
        form = cls(query)
        return form.cleaned_data["since"] if form.is_valid() else None
