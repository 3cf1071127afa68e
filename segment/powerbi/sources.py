"""Where Power BI reads, written in M: the published folder, its DuckDB file, or a warehouse.

Each is some parameters and a function `PublishedTable`, which is all that the tables know.
"""

from __future__ import annotations

from segment.powerbi.model import Expression
from segment.published import DATABASE

TABLE_FUNCTION = "PublishedTable"

# By rows of the folder rather than by a path built from the manifest: a path that depends on data
# is a dynamic source, which the Power BI service does not refresh.
_FOLDER = """\
(table as text) as table =>
let
    Folder = Folder.Contents(PublishedFolder),
    Manifest = Json.Document(Folder{[Name = "manifest.json"]}[Content]),
    Checked =
        if Manifest[schema_version] = 1 then
            Manifest
        else
            error "This project reads manifests of version 1. Write it again: segment powerbi.",
    Version = List.Accumulate(
        Text.Split(Checked[directory], "/"),
        Folder,
        (inside, name) => inside{[Name = name]}[Content]
    ),
    Entry = List.First(List.Select(Checked[tables], each [name] = table)),
    File =
        if Entry = null then
            error "The published version has no table " & table & "."
        else
            Version{[Name = Entry[file]]}[Content]
in
    Parquet.Document(File)"""

_DUCKDB = """\
(table as text) as table =>
let
    Driver = "Driver={DuckDB Driver};access_mode=READ_ONLY;Database=" & DuckDBFile
in
    Odbc.Query(Driver, "select * from main." & table)"""

_DATABRICKS = """\
(table as text) as table =>
let
    Catalogs = Databricks.Catalogs(ServerHostname, HttpPath, [Catalog = null, Database = null]),
    Database = Catalogs{[Name = Catalog, Kind = "Database"]}[Data],
    Tables = Database{[Name = Schema, Kind = "Schema"]}[Data]
in
    Tables{[Name = table, Kind = "Table"]}[Data]"""

_READS = "Reads one of the published tables; every table of the model goes through it."


def folder_source(folder: str) -> tuple[Expression, ...]:
    """Read the Parquet files of the version that manifest.json in `folder` names."""
    return (
        _parameter(
            "PublishedFolder",
            folder,
            "The project's directory `published`, as the machine that loads the data sees it.",
        ),
        Expression(TABLE_FUNCTION, _FOLDER, _READS),
    )


def duckdb_source(folder: str) -> tuple[Expression, ...]:
    """Read the DuckDB file in `folder` through DuckDB's ODBC driver."""
    separator = "\\" if "\\" in folder else "/"
    file = folder.rstrip("/\\") + separator + DATABASE
    return (
        _parameter(
            "DuckDBFile",
            file,
            "The file segments.duckdb in `published`, as the machine that loads the data sees it.",
        ),
        Expression(TABLE_FUNCTION, _DUCKDB, _READS),
    )


def databricks_source(
    hostname: str, http_path: str, catalog: str, schema: str
) -> tuple[Expression, ...]:
    """Read the published schema of Databricks."""
    return (
        _parameter("ServerHostname", hostname, "Server of the SQL warehouse."),
        _parameter("HttpPath", http_path, "HTTP path of the SQL warehouse."),
        _parameter("Catalog", catalog, "Catalog of the published schema."),
        _parameter("Schema", schema, "Schema that `segment publish` fills."),
        Expression(TABLE_FUNCTION, _DATABRICKS, _READS),
    )


def m_text(text: str) -> str:
    """Write a text constant of M."""
    # `#(` begins an escape, and is written by one
    escaped = text.replace("#(", "#(#)(").replace('"', '""')
    return f'"{escaped}"'


def _parameter(name: str, value: str, description: str) -> Expression:
    return Expression(name, m_text(value), description, is_parameter=True)
