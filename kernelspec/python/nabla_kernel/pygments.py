"""Colours Nabla in what Pygments writes: Markdown fences, nbconvert, Sphinx, MyST."""

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

NAME = r"[^\W\d]\w*[\u0300-\u036f]*[′']*"


class NablaLexer(RegexLexer):
    name = "Nabla"
    aliases = ["nabla"]
    filenames = ["*.nabla"]
    mimetypes = ["text/x-nabla"]

    tokens = {
        "root": [
            (r"\s+", Whitespace),
            (r"#.*$", Comment.Single),
            (r'"', String.Double, "string"),
            (r"(function)(\s+)(" + NAME + ")", bygroups(Keyword.Declaration, Whitespace, Name.Function)),
            (words(("function", "end", "if", "elseif", "else", "for", "in", "while", "break", "continue", "return", "begin",
                    "try", "catch"), prefix=r"\b", suffix=r"\b"), Keyword),
            (words(("true", "false", "nothing", "NaN", "Inf", "π", "ℯ"), prefix=r"\b", suffix=r"\b"), Keyword.Constant),
            (r"@\w+", Name.Decorator),
            (r"\d+(\.\d+)?([eE][+-]?\d+)?", Number),
            (r"[∇∂]", Operator.Word),
            (NAME + r"(?=\()", Name.Function),
            (NAME, Name),
            (r"[()\[\]{},;]", Punctuation),
            # The language has more signs than need be told apart here.
            (r"[^\w\s]", Operator),
        ],
        "string": [
            (r'\\.', String.Escape),
            (r'\$\([^)]*\)|\$' + NAME, String.Interpol),
            (r'[^"\\$]+', String.Double),
            (r"\$", String.Double),
            (r'"', String.Double, "#pop"),
        ],
    }
