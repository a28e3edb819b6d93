"""Text, vectors, labels: knows no city, no law and no ticket.

The door holds what other rooms use; behind it torch, scikit-learn and the encoder are imported by the first
call that needs them. Not re-exported: `models.sentence_module`, which needs torch, and `models.fakes`.
"""

from models.embedder import BUNDLED as BUNDLED
from models.embedder import Embedder as Embedder
from models.embedder import Vectors as Vectors
from models.embedder import load_embedder as load_embedder
from models.errors import IndexMismatchError as IndexMismatchError
from models.errors import InputError as InputError
from models.errors import KnowledgeError as KnowledgeError
from models.errors import ModelError as ModelError
from models.errors import SettingsError as SettingsError
from models.errors import TableError as TableError
from models.errors import XiaozhengError as XiaozhengError
from models.fit_linear import Fitted as Fitted
from models.fit_linear import fit_classifier as fit_classifier
from models.lexical import Bm25 as Bm25
from models.lexical import tokens as tokens
from models.linear import TextClassifier as TextClassifier
from models.linear import log_softmax as log_softmax
from models.ngrams import Document as Document
from models.ngrams import count_matrix as count_matrix
from models.ngrams import ngram_counts as ngram_counts
from models.ranker import Ranker as Ranker
from models.ranker import fit_ranker as fit_ranker
from models.record import Record as Record
from models.vectors import Progress as Progress
from models.vectors import VectorStore as VectorStore
from models.vectors import embed_passages as embed_passages

__all__ = [
    "BUNDLED",
    "Bm25",
    "Document",
    "Embedder",
    "Fitted",
    "IndexMismatchError",
    "InputError",
    "KnowledgeError",
    "ModelError",
    "Progress",
    "Ranker",
    "Record",
    "SettingsError",
    "TableError",
    "TextClassifier",
    "VectorStore",
    "Vectors",
    "XiaozhengError",
    "count_matrix",
    "embed_passages",
    "fit_classifier",
    "fit_ranker",
    "load_embedder",
    "log_softmax",
    "ngram_counts",
    "tokens",
]
