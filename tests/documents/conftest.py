import io

import pdfplumber
import pytest

from documents.pdf import render_pdf
from tests.documents.sample import sample_document


@pytest.fixture(scope="session")
def sample():
    return sample_document()


@pytest.fixture(scope="session")
def sample_pdf(sample):
    return render_pdf(sample)


@pytest.fixture(scope="session")
def pages(sample_pdf):
    with pdfplumber.open(io.BytesIO(sample_pdf)) as pdf:
        yield pdf.pages
