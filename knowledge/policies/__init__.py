"""Policy documents beside the plan: a folder that officers keep, one side-car in YAML for each document.

``SLUG.yml`` lies beside ``SLUG.txt``, ``.md``, ``.docx`` or ``.pdf`` and says what it is::

    title: 湛江市促进产业转移人才若干措施
    issuer: 湛江市人民政府
    date: 2026-01-31          # issued
    standing: in force        # draft | in force | superseded
    file: talent-measures.docx
    valid_from: 2026-03-01    # these four may be left out
    valid_until: 2029-02-28   # the last day
    superseded_by: SLUG       # of another document of the folder
    bureaus: [市人社局]        # in charge of what no clause assigns
"""

from knowledge.policies.model import Document, Documents, Standing
from knowledge.policies.reader import check_documents, document_files, read_documents

__all__ = ["Document", "Documents", "Standing", "check_documents", "document_files", "read_documents"]
