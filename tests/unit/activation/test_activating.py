"""A segment for another system: who is in the file, who is not, and what is remembered."""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from segment.activation import Activation, Request, activate, find_destination
from segment.activation.changes import ExportLog
from segment.activation.contacts import (
    ContactFile,
    ContactTable,
    choose_columns,
    parse_columns,
    table_parts,
)
from segment.activation.people import People, Person, RowMaker
from segment.cli import app
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.export import PublishedFile, parse_target
from segment.tables import Tables
from segment.warehouse import Warehouse

STATEMENTS = """
create table segments as select * from (values
    ('behaviour', 'behaviour:1', 1, 'At risk', 'active'),
    ('behaviour', 'behaviour:2', 2, 'Lost', 'active'),
    ('behaviour', 'behaviour:3', 3, 'Nobody', 'active')
) as s (segmentation, segment_key, segment_id, segment_name, status);
create table customer_segments as
select
    'behaviour' as segmentation, 'behaviour:1' as segment_key, 'At risk' as segment_name,
    unnest(['1', '2', '3', '4', '5', '6', '7', '8', '9']) as customer_id,
    date '2024-01-31' as segment_since
union all select 'behaviour', 'behaviour:2', 'Lost', '10', null;
"""
CONTACTS = """\
customer_id,email,first_name,Surname,tel,country_code,zip,newsletter
1,Anna@Example.com,Änna,"O'Neill",030 901820,DE,01067,yes
2, anna@example.com ,Anna,Two,,DE,10115,yes
3,bad address,Bo,Three,,DE,10115,yes
4,dora@example.com,Dora,Four,,DE,10115,no
5,emil@example.com,Emil,Five,,DE,10115,
6,fritz@example.com,Fritz,Six,12,UK,10115,opted_in
6,fritz@example.com,Fritz,Six,12,UK,10115,opted_in
7,ida@example.com,Ida,Seven,,DE,10115,yes
10,IDA@example.com,Ida,Ten,,DE,10115,unsubscribed
8,,Hans,Eight,+49 30 901820,,,1
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedFile:
    directory = tmp_path_factory.mktemp("published")
    with duckdb.connect(str(directory / "segments.duckdb")) as connection:
        connection.execute(STATEMENTS)
    return PublishedFile(directory)


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "it's contacts.csv"
    path.write_text(CONTACTS, encoding="utf-8")
    return path


def asked(contacts: Path, destination: str = "klaviyo", /, **changed: Any) -> Request:
    request = Request(
        "At risk",
        None,
        find_destination(destination),
        ContactFile(str(contacts)),
        {},
        "newsletter",
    )
    return dataclasses.replace(request, **changed)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(published: PublishedFile, request: Request, path: Path) -> Activation:
    return activate(published, request, parse_target(str(path)))


# ----------------------------------------------------------------------------- who is in it


def test_a_file_is_of_those_who_consented_and_can_be_reached(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    pytest.importorskip("phonenumbers")
    result = write(published, asked(contacts), tmp_path / "k.csv")
    assert rows_of(tmp_path / "k.csv") == [
        {
            "Email": "anna@example.com",
            "Phone Number": "+4930901820",
            "External ID": "1",
            "First Name": "Änna",
            "Last Name": "O'Neill",
            "Country": "DE",
            "Zip Code": "01067",
            "Segmentation": "behaviour",
            "Segment": "At risk",
            "Segment Since": "2024-01-31",
        },
        {
            "Email": "fritz@example.com",
            "Phone Number": "",
            "External ID": "6",
            "First Name": "Fritz",
            "Last Name": "Six",
            "Country": "",
            "Zip Code": "10115",
            "Segmentation": "behaviour",
            "Segment": "At risk",
            "Segment Since": "2024-01-31",
        },
        {
            "Email": "",
            "Phone Number": "+4930901820",
            "External ID": "8",
            "First Name": "Hans",
            "Last Name": "Eight",
            "Country": "",
            "Zip Code": "",
            "Segmentation": "behaviour",
            "Segment": "At risk",
            "Segment Since": "2024-01-31",
        },
    ]
    counts = result.counts
    assert (counts.customers, counts.without_contact) == (9, 1)
    # one refuses, one does not say, and one has refused under another number
    assert (counts.without_consent, counts.without_address) == (3, 1)
    assert (counts.duplicates, counts.written) == (1, 3)
    assert (counts.invalid_emails, counts.unusable_phones, counts.unusable_countries) == (1, 1, 1)
    assert result.columns["last_name"] == "Surname"
    assert [file.rows for file in result.files] == [3]


@pytest.mark.parametrize(
    ("destination", "header", "written"),
    [
        ("klaviyo", "Email,Phone Number,External ID,First Name,Last Name,Country,Zip Code,", 6),
        ("hubspot", "Email,First Name,Last Name,Phone Number,Postal Code,Country/Region,", 5),
        ("mailchimp", "Email Address,First Name,Last Name,Phone Number,Zip Code,Country,", 5),
        ("google", "Email,Phone,First Name,Last Name,Country,Zip\n", 7),
        ("meta", "email,phone,fn,ln,country,zip\n", 6),
    ],
)
def test_each_system_has_its_headers(
    published: PublishedFile,
    contacts: Path,
    tmp_path: Path,
    destination: str,
    header: str,
    written: int,
) -> None:
    pytest.importorskip("phonenumbers")
    request = asked(contacts, destination, consent=None)
    result = write(published, request, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text("utf-8").startswith(header)
    assert result.counts.written == written
    text = (tmp_path / "a.csv").read_text("utf-8")
    assert ("@" in text) == (destination not in {"google", "meta"})


def test_a_number_is_of_the_country_that_the_contact_names(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    """A country that cannot be read is not the one of the option."""
    pytest.importorskip("phonenumbers")
    countries = {"1": "", "2": "DE", "3": "US", "4": "UK", "5": "Germany"}
    contacts.write_text(
        "customer_id,phone,country,newsletter\n"
        + "".join(f"{one},030 901820,{country},yes\n" for one, country in countries.items())
    )
    write(published, asked(contacts, phone_country="de"), tmp_path / "a.csv")
    assert [row["External ID"] for row in rows_of(tmp_path / "a.csv")] == ["1"]
    contacts.write_text(contacts.read_text().replace("\n1,", "\nx,"))
    write(published, asked(contacts, phone_country="de"), tmp_path / "a.csv")
    assert [row["External ID"] for row in rows_of(tmp_path / "a.csv")] == ["2"]


def test_the_same_contacts_make_the_same_file_whatever_their_order(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    pytest.importorskip("phonenumbers")
    write(published, asked(contacts), tmp_path / "a.csv")
    header, *lines = CONTACTS.splitlines()
    contacts.write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")
    write(published, asked(contacts), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_an_empty_segment_is_a_file_without_rows(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    result = write(published, asked(contacts, segment="Nobody"), tmp_path / "a.csv")
    assert rows_of(tmp_path / "a.csv") == []
    assert result.counts.customers == 0


def test_rows_that_differ_are_refused(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    contacts.write_text(f"{CONTACTS}6,other@example.com,Fritz,Six,12,UK,10115,no\n", "utf-8")
    with pytest.raises(SegmentError, match=r"rows that differ \(email, consent\) for 1 .* as 6\."):
        write(published, asked(contacts), tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()


def test_contacts_of_other_people_are_refused(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    contacts.write_text("customer_id,email,newsletter\nC1,a@example.com,yes\n")
    with pytest.raises(SegmentError, match="No customer of the segment, such as 1, is in .* by"):
        write(published, asked(contacts), tmp_path / "a.csv")


def test_unknown_words_of_consent_stop_the_export(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    with pytest.raises(SegmentError, match="The column zip has values that are known neither"):
        write(published, asked(contacts, consent="zip"), tmp_path / "a.csv")


def test_without_the_library_phones_are_one_sentence(
    published: PublishedFile, contacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(SegmentError, match=r"pip install 'warehouse-segmentation\[activation\]'"):
        write(published, asked(contacts), tmp_path / "a.csv")
    result = write(published, asked(contacts, columns={"phone": ""}), tmp_path / "a.csv")
    assert result.counts.written == 2
    contacts.write_text(CONTACTS.replace("030 901820", "").replace("+49 30 901820", ""), "utf-8")
    contacts.write_text(contacts.read_text("utf-8").replace(",12,", ",,"), "utf-8")
    assert write(published, asked(contacts), tmp_path / "a.csv").counts.written == 2


def test_files_in_parquet_and_other_encodings_are_read(
    published: PublishedFile, contacts: Path, tmp_path: Path
) -> None:
    pytest.importorskip("phonenumbers")
    write(published, asked(contacts), tmp_path / "a.csv")
    duckdb.execute(
        f"copy (from read_csv('{str(contacts).replace(chr(39), 2 * chr(39))}', all_varchar=true)) "
        f"to '{tmp_path}/c.parquet'"
    )
    write(published, asked(tmp_path / "c.parquet"), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    contacts.write_bytes(CONTACTS.encode("cp1252"))
    write(published, asked(contacts), tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()


def test_columns_of_numbers_are_doubted(published: PublishedFile, tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    duckdb.execute(
        "copy (select 1.0 as customer_id, 'a@example.com' as email, 1067 as zip, 1 as newsletter) "
        f"to '{path}'"
    )
    result = write(published, asked(path), tmp_path / "a.csv")
    assert result.findings == (
        "The column zip holds numbers: zeros in front, if there were any, are lost.",
    )
    assert [row["External ID"] for row in rows_of(tmp_path / "a.csv")] == ["1"]


_TEXTS = st.fixed_dictionaries(
    {
        "email": st.sampled_from([None, "a@example.com", "B@example.com", "b@example.com", "no"]),
        "first_name": st.none() | st.text(max_size=5),
        "country": st.sampled_from([None, "de", "Germany"]),
    }
)


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.builds(Person, _TEXTS, st.sampled_from(["yes", "no", "unsaid"])),
    ),
    st.booleans(),
)
def test_every_customer_is_one_of_them(people: dict[str, Person], needs_consent: Any) -> None:
    from segment.activation import _members

    columns = dict.fromkeys(("customer_id", "email", "first_name", "country"), "x")
    maker = RowMaker(
        find_destination("hubspot"),
        columns,
        People(people, ()),
        None,
        needs_consent=needs_consent,
    )
    members = _members(maker, {one: {"customer_id": one} for one in "abcdefg"})
    counts = maker.counts
    assert counts.customers == 7
    assert counts.written == len(members)
    assert counts.customers == (
        counts.without_contact
        + counts.without_consent
        + counts.without_address
        + counts.duplicates
        + counts.written
    )
    addresses = [fields["email"] for fields in members.values()]
    assert len(set(addresses)) == len(addresses)
    if needs_consent:
        assert all(people[one].consent == "yes" for one in members)


# ------------------------------------------------------------------------------ the columns


def test_columns_are_known_by_their_names() -> None:
    columns = ["Customer Number", "E-Mail", "billing_email", "Vorname", "PLZ", "optin", "zip_id"]
    assert choose_columns(columns, {}, "OPTIN", "c") == {
        "customer_id": "Customer Number",
        "email": "E-Mail",
        "first_name": "Vorname",
        "zip": "PLZ",
        "consent": "optin",
    }
    told = {"customer_id": "zip_id", "email": "billing_email", "zip": ""}
    assert choose_columns(columns, told, None, "c") == {
        "customer_id": "zip_id",
        "email": "billing_email",
        "first_name": "Vorname",
    }


@pytest.mark.parametrize(
    ("columns", "told", "said"),
    [
        (["customer_id", "mail", "email_address"], {}, "c is the email: mail or email_address"),
        (["customer_id", "e_mail", "email"], {}, "Which column of c is the email: e_mail or email"),
        (["email", "optin"], {}, "No column of c is known to be the customer_id: email, optin"),
        (["customer_id"], {"email": "mail"}, "c has no column 'mail'. Hint: It has customer_id"),
    ],
)
def test_columns_that_are_not_clear_are_asked_for(
    columns: list[str], told: dict[str, str], said: str
) -> None:
    with pytest.raises(SegmentError, match=said):
        choose_columns(columns, told, None, "c")


def test_columns_are_told_as_pairs() -> None:
    assert parse_columns(["email=my mail, phone=", "zip=PLZ"]) == {
        "email": "my mail",
        "phone": "",
        "zip": "PLZ",
    }
    for given_, said in (
        ("email", "'email' in --contact-columns is not of the form"),
        ("consent=x", "'consent=x' in --contact-columns is not of the form"),
        ("email=a,email=b", "names email twice"),
    ):
        with pytest.raises(SegmentError, match=said):
            parse_columns([given_])


def test_a_relation_is_a_name_and_nothing_else() -> None:
    assert table_parts("crm.contacts") == ["crm", "contacts"]
    assert table_parts('crm."my ""own"" contacts"') == ["crm", 'my "own" contacts']
    assert table_parts("`a``b`.c") == ["a`b", "c"]
    for text in ("x; drop table y", "(select 1)", "a.b.c.d", "a b", "a--", '"a'):
        with pytest.raises(SegmentError, match="is neither a file nor the name of a table"):
            table_parts(text)


# ------------------------------------------------------------------------------ the changes


@pytest.fixture(scope="module")
def warehouse(make_dbt_project: Callable[[], Path]) -> Iterator[Warehouse]:
    with Dbt(make_dbt_project()) as dbt:
        yield Warehouse(dbt)


@pytest.fixture
def log(warehouse: Warehouse) -> ExportLog:
    warehouse.execute(
        "create or replace table export_changes (export_id varchar, export_name varchar, "
        "exported_at timestamp, customer_id varchar, change varchar)"
    )
    relations = {"int_segmentation__export_changes": "main.export_changes"}
    return ExportLog(warehouse, Tables(relations), "")


LOST = "customer_id,email,newsletter\n"


def people(*listed: str) -> str:
    return LOST + "".join(f"{one},{one}@example.com,yes\n" for one in listed)


def changes(
    published: PublishedFile, contacts: Path, log: ExportLog, folder: Path, text: str, **more: Any
) -> tuple[list[str], list[str]]:
    contacts.write_text(text, encoding="utf-8")
    folder.mkdir(exist_ok=True)
    result = activate(published, asked(contacts, **more), parse_target(f"{folder}/a.csv"), log)
    assert [file.change for file in result.files] == ["added", "removed"]
    added, removed = (rows_of(file.path) for file in result.files)
    for file in result.files:
        file.path.unlink()
    return [row["Email"] for row in added], [row["Email"] for row in removed]


def test_only_changes_are_written_from_the_second_time_on(
    published: PublishedFile, contacts: Path, log: ExportLog, tmp_path: Path
) -> None:
    def written(text: str, **more: Any) -> tuple[list[str], list[str]]:
        return changes(published, contacts, log, tmp_path / "out", text, **more)

    assert written(people("1", "2", "3")) == (
        ["1@example.com", "2@example.com", "3@example.com"],
        [],
    )
    assert written(people("1", "2", "3")) == ([], [])
    # consent withdrawn, and somebody new
    text = people("1", "2", "3", "4").replace("2@example.com,yes", "2@example.com,no")
    assert written(text) == (["4@example.com"], ["2@example.com"])
    assert written(text) == ([], [])
    # consent given again
    assert written(people("1", "2", "3", "4")) == (["2@example.com"], [])
    # another system has its own past
    assert len(written(people("1", "2"), destination=find_destination("hubspot"))[0]) == 2


def test_an_address_that_stays_with_another_customer_is_not_taken_back(
    published: PublishedFile, contacts: Path, log: ExportLog, tmp_path: Path
) -> None:
    both = f"{LOST}1,a@example.com,yes\n2,a@example.com,yes\n3,c@example.com,yes\n"
    first = changes(published, contacts, log, tmp_path / "out", both)
    assert first == (["a@example.com", "c@example.com"], [])
    # 1 has no consent any more, which is no refusal: 2 still has it
    text = both.replace("1,a@example.com,yes", "1,a@example.com,")
    assert changes(published, contacts, log, tmp_path / "out", text) == (["a@example.com"], [])


def test_who_has_no_contact_any_more_is_counted(
    published: PublishedFile, contacts: Path, log: ExportLog, tmp_path: Path
) -> None:
    changes(published, contacts, log, tmp_path / "out", people("1", "2"))
    contacts.write_text(people("1"))
    result = activate(published, asked(contacts), parse_target(f"{tmp_path}/b.csv"), log)
    assert result.unreachable == 1
    assert [file.rows for file in result.files] == [0, 0]
    assert not result.is_first
    assert result.name == "behaviour:1:klaviyo"


def test_what_was_not_written_is_not_recorded(
    published: PublishedFile,
    contacts: Path,
    log: ExportLog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use")

    contacts.write_text(people("1"))
    with monkeypatch.context() as patched:
        patched.setattr("os.replace", refuse)
        with pytest.raises(SegmentError, match="cannot be replaced: in use"):
            activate(published, asked(contacts), parse_target(f"{tmp_path}/a.csv"), log)
    assert log.warehouse.rows("select * from main.export_changes") == []
    assert changes(published, contacts, log, tmp_path / "out", people("1"))[0] == ["1@example.com"]


def test_changes_that_may_not_have_been_handed_over_are_not_lost(
    published: PublishedFile, contacts: Path, log: ExportLog, tmp_path: Path
) -> None:
    contacts.write_text(people("1"))
    target = parse_target(f"{tmp_path}/a.csv")
    activate(published, asked(contacts), target, log)
    contacts.write_text(people("1", "2"))
    with pytest.raises(SegmentError, match="a_added.csv is there already"):
        activate(published, asked(contacts), target, log)
    assert [row["External ID"] for row in rows_of(tmp_path / "a_added.csv")] == ["1"]
    (tmp_path / "a_added.csv").unlink()
    (tmp_path / "a_removed.csv").unlink()
    activate(published, asked(contacts), target, log)
    assert [row["External ID"] for row in rows_of(tmp_path / "a_added.csv")] == ["2"]


def test_an_export_without_its_last_row_does_not_count(
    published: PublishedFile, contacts: Path, log: ExportLog, tmp_path: Path
) -> None:
    """Engines without transactions over several statements may leave one behind."""
    changes(published, contacts, log, tmp_path / "out", people("1", "2"))
    log.warehouse.execute("delete from main.export_changes where change = 'written'")
    assert changes(published, contacts, log, tmp_path / "out", people("1"))[0] == ["1@example.com"]


def test_the_registry_has_ids_and_moments_alone(
    published: PublishedFile, contacts: Path, log: ExportLog, tmp_path: Path
) -> None:
    changes(published, contacts, log, tmp_path / "out", people("1"))
    rows = log.warehouse.rows("select customer_id, change, export_name from main.export_changes")
    assert sorted(rows) == [
        ("", "written", "behaviour:1:klaviyo"),
        ("1", "added", "behaviour:1:klaviyo"),
    ]


HOSTILE = 'my "contacts"; drop table export_changes; --'


def test_contacts_may_be_a_table_of_the_warehouse_with_any_name(
    published: PublishedFile, log: ExportLog, tmp_path: Path
) -> None:
    quoted = log.warehouse.quote(HOSTILE)
    column = log.warehouse.quote("mail'; --")
    log.warehouse.execute(
        f"create or replace table {quoted} as "
        f"select 1 as customer_id, 'a@example.com' as {column}, true as ok"
    )
    request = asked(
        tmp_path,
        contacts=ContactTable(quoted, log.warehouse),
        columns={"email": "mail'; --"},
        consent="ok",
    )
    result = write(published, request, tmp_path / "a.csv")
    assert [row["Email"] for row in rows_of(tmp_path / "a.csv")] == ["a@example.com"]
    assert result.counts.without_contact == 8
    assert log.warehouse.rows("select count(*) from export_changes") == [(0,)]
    missing = dataclasses.replace(request, contacts=ContactTable("crm.nowhere", log.warehouse))
    with pytest.raises(SegmentError, match="The contacts cannot be read from crm.nowhere"):
        write(published, missing, tmp_path / "b.csv")


# ------------------------------------------------------------------------------ the command


@pytest.fixture
def project(published: PublishedFile, tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "dbt_project.yml").write_text("name: tiny\n")
    (root / "published").symlink_to(published.directory)
    return root


def invoke(project: Path, *arguments: object) -> Any:
    options = [str(one) for one in ("export", "--project-dir", project, *arguments)]
    return CliRunner().invoke(app, options)


def test_the_command_says_who_is_in_the_file(project: Path, contacts: Path, tmp_path: Path) -> None:
    pytest.importorskip("phonenumbers")
    arguments = ("--segment", "at risk", "--for", "google", "--contacts", contacts)
    (tmp_path / "out").mkdir()
    said = invoke(project, *arguments, "--consent", "newsletter", "--to", f"{tmp_path}/out")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith(
        "behaviour: At risk for Google Customer Match: 9 customers, 1 without a contact, "
        "3 without consent, 1 with the address of another customer, 4 handed over.\n"
    )
    assert "Note: left out: 1 e-mail addresses are invalid.\n" in said.stdout
    assert "customer_id=customer_id, email=email, phone=tel, " in said.stdout
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["behaviour_1_google.csv"]
    told = json.loads(
        invoke(
            project, *arguments, "--without-consent", "--json", "--to", f"{tmp_path}/out/"
        ).stdout
    )
    assert told["counts"]["without_consent"] == 0
    assert told["segment"]["segment_key"] == "behaviour:1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--for", "klaviyo"), "name it with --segment"),
        (("--for", "klaviyo", "--segment", "1"), "name a table or a file with e-mails"),
        (("--for", "klaviyo", "--segment", "1", "--contacts", "c.csv"), "add --without-consent"),
        (("--segment", "1", "--contacts", "c.csv", "--to", "a.csv"), "need it"),
        (("segments",), "name a file or a directory"),
        (
            (
                *("--for", "klaviyo", "--segment", "1", "--contacts", "c.csv"),
                *("--consent", "a", "--without-consent"),
            ),
            "use --consent or --without-consent, not both",
        ),
        (
            (
                *("--for", "klaviyo", "--segment", "1", "--contacts", "c.csv"),
                *("--consent", "a", "--name", "weekly"),
            ),
            "needs --changes",
        ),
    ],
)
def test_a_mistyped_command_ends_with_two(
    project: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = invoke(project, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
