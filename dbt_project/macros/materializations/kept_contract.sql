{#- A query that fails where the columns of an existing table differ from its contract in name, type or order. It
    asks the existing table, because asking the query of the model takes as long as planning it. -#}
{% macro kept_contract(relation, columns) -%}
select error('This model has an enforced contract that failed: ' || string_agg(
    case
        when actual.place is null then contract.name || ' is missing'
        when contract.place is null then actual.column_name || ' is not in the contract'
        when actual.column_type <> contract.type then contract.name || ' is ' || actual.column_type || ', not ' || contract.type
        else contract.name || ' is column ' || actual.place || ', not ' || contract.place
    end,
    ', ' order by coalesce(contract.place, actual.place)
))
from (
    select column_name, column_type, row_number() over () as place from (describe {{ relation }})
) as actual
full join (
    values
    {%- for column in columns.values() %}
    ({{ loop.index }}, '{{ column.name }}', typeof(cast(null as {{ column.data_type }}))){{ ',' if not loop.last }}
    {%- endfor %}
) as contract(place, name, type)
    on actual.column_name = contract.name
where actual.place is distinct from contract.place
    or actual.column_type is distinct from contract.type
having count(*) > 0
{%- endmacro %}
