"""What modules need to run, worked out from their text: our modules that they import, the files that these name, libraries.

Imports inside functions count, and so do parent packages, `python -m` and files that are named by path; imports for type
checkers do not. What is named and not there is an error. Nothing is imported.
"""

import ast
import hashlib
import itertools
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from foundation.errors import PlatformError
from infra.checkout import ROOT
from infra.named_paths import ModuleText, named_paths, tree_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Our files, modules and data, relative to `root`; and the names of the libraries that the modules import."""

    root: Path
    files: tuple[Path, ...]
    libraries: frozenset[str]

    def digest(self) -> str:
        """The digest of the names and contents of all files."""
        digest = hashlib.sha256()
        for file in self.files:
            content = (self.root / file).read_bytes()
            # The length keeps the end of one file from passing for the beginning of the next.
            digest.update(f"{file.as_posix()} {len(content)}\n".encode() + content)
        return digest.hexdigest()

    def copy_to(self, directory: Path) -> None:
        """Copy every file to its place below a directory."""
        for file in self.files:
            copy = directory / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.root / file, copy)

    def missing_in(self, directory: Path) -> tuple[Path, ...]:
        """The files that a directory lacks, or has with other content."""
        return tuple(
            file
            for file in self.files
            if not (directory / file).is_file() or (directory / file).read_bytes() != (self.root / file).read_bytes()
        )


def closure_of(*modules: str, root: Path = ROOT) -> Closure:
    """The closure of modules that are named as an import names them.

    Raises PlatformError for a module or a file that is named and not there.
    """
    walk = _Walk(root=root)
    for module in modules:
        walk.add_import(module, (), "what is deployed")
    while walk.waiting:
        walk.read(walk.waiting.pop())
    return Closure(
        root=root,
        files=tuple(sorted(path.relative_to(root) for path in walk.found)),
        libraries=frozenset(walk.libraries - sys.stdlib_module_names),
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    root: Path
    found: set[Path] = field(default_factory=set[Path])
    waiting: list[Path] = field(default_factory=list[Path])
    libraries: set[str] = field(default_factory=set[str])
    texts: dict[Path, ModuleText] = field(default_factory=dict[Path, ModuleText])

    def read(self, file: Path) -> None:
        text = self.text(file)
        for module, names in _imports(text.source, file.parent.relative_to(self.root).parts):
            self.add_import(module, names, str(file.relative_to(self.root)))
        for path in named_paths(text):
            self.add_file(path)

    def add_import(self, module: str, names: Iterable[str], by: str) -> None:
        parts = module.split(".")
        if self.locate(parts[0]) is None:
            self.libraries.add(parts[0])
            return
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            file = self.locate(name)
            if file is None:
                raise PlatformError(f"{by}: it imports {module}, and there is no module {name}")
            self.add_file(file)
        package = self.locate(module)
        if package is None or package.name != "__init__.py":
            return
        for name in names:
            if name == "*":
                continue
            submodule = self.locate(f"{module}.{name}")
            if submodule is not None:
                self.add_file(submodule)
            elif not _binds(self.text(package).tree, name):
                raise PlatformError(f"{by}: it imports {name} from {module}, and there is no such thing")

    def add_file(self, file: Path) -> None:
        if file not in self.found:
            self.found.add(file)
            if file.suffix == ".py":
                self.waiting.append(file)

    def locate(self, module: str) -> Path | None:
        place = self.root.joinpath(*module.split("."))
        return next((each for each in (place / "__init__.py", place.with_suffix(".py")) if each.is_file()), None)

    def text(self, file: Path) -> ModuleText:
        if file not in self.texts:
            source = file.read_text()
            try:
                tree = tree_of(source)
            except SyntaxError as error:
                raise PlatformError(f"{file}: it is no Python: {error}") from error
            self.texts[file] = ModuleText(root=self.root, file=file, source=source, tree=tree, other=self.other)
        return self.texts[file]

    def other(self, module: str) -> ModuleText | None:
        file = self.locate(module)
        return None if file is None else self.text(file)


# Bundles and images share most of their modules: what follows from a text alone is worked out once for all of them.
@lru_cache(maxsize=1024)
def _imports(source: str, package: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Modules that run when this one does, each with the names that are taken from it."""
    return tuple(_imports_in(tree_of(source), package))


def _imports_in(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in _running(tree.body):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, ()) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package[: len(package) + 1 - level] if level else ()
                yield ".".join((*above, *([module] if module else []))), tuple(alias.name for alias in names)
            case ast.List(elts=words) | ast.Tuple(elts=words):
                values = [word.value if isinstance(word, ast.Constant) else None for word in words]
                for option, module in itertools.pairwise(values):
                    if option == "-m" and isinstance(module, str):
                        yield module, ("__main__",)
            case _:
                continue


def _running(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes and all below them, but for what runs in type checkers only."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            yield node
            waiting += ast.iter_child_nodes(node)


def _binds(tree: ast.Module, name: str) -> bool:
    """Whether a package's own text may give it this name."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.FunctionDef(name=bound)
                | ast.AsyncFunctionDef(name=bound)
                | ast.ClassDef(name=bound)
                | ast.Name(id=bound, ctx=ast.Store())
            ):
                if bound in (name, "__getattr__"):
                    return True
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                if any((alias.asname or alias.name.split(".")[0]) in (name, "*") for alias in names):
                    return True
            case _:
                continue
    return False
