{#- The broken promises of a table: one row per promise, with the number of rows that break it.
      keys        lists of columns that are unique together and never NULL
      rules       conditions on a row; NULL counts as kept
      references  column -> [relation, column]: every value that is not NULL exists there
      where       condition on the rows that are checked, for tables that are too large to check completely
    Tests of public tables are made with it rather than with generic tests. Generic tests refer to their table by its
    bare name, so in a project that has a model of the same name dbt would test that one instead. -#}
{% macro broken_promises(relation, keys=[], rules=[], references={}, where=none) %}
{%- set branches = [] -%}
{%- set condition = 'where ' ~ where if where else '' -%}

{%- for key in keys -%}
{%- set branch %}
select
    {{ warehouse_segmentation.text_literal('a key: ' ~ key | join(', ')) }} as promise,
    count(*) as broken
from (
    select {{ key | join(', ') }}
    from {{ relation }}
    {{ condition }}
    group by {{ key | join(', ') }}
    having count(*) > 1
        {%- for column in key %}
        or {{ column }} is null
        {%- endfor %}
) as repeated
having count(*) > 0
{% endset -%}
{%- do branches.append(branch) -%}
{%- endfor -%}

{%- for column, target in references.items() -%}
{%- set branch %}
select
    '{{ column }} is in {{ target[0].identifier }}' as promise,
    count(*) as broken
from {{ '(select * from ' ~ relation ~ ' ' ~ condition ~ ')' if where else relation }} as referring
left join {{ target[0] }} as referred
    on referring.{{ column }} = referred.{{ target[1] }}
where referring.{{ column }} is not null
    and referred.{{ target[1] }} is null
having count(*) > 0
{% endset -%}
{%- do branches.append(branch) -%}
{%- endfor -%}

{%- if rules -%}
{%- set branch %}
select
    promise,
    sum(broken) as broken
from (
    select
        case
            {%- for rule in rules %}
            when not ({{ rule }}) then {{ warehouse_segmentation.text_literal(rule) }}
            {%- endfor %}
        end as promise,
        1 as broken
    from {{ relation }}
    {{ condition }}
) as judged
where promise is not null
group by promise
{% endset -%}
{%- do branches.append(branch) -%}
{%- endif -%}

{{ branches | join('\nunion all\n') }}
{% endmacro %}

{#- The columns of a public table's grain, as the `meta` of its YAML declares them once for tests, for the published
    copy and for other tools. They are known from the graph, which is there when a test runs, not when it is parsed. -#}
{% macro primary_key(model) %}
  {%- if not execute -%}{{- return([]) -}}{%- endif -%}
  {{- return(graph.nodes['model.warehouse_segmentation.' ~ model].config.meta.primary_key) -}}
{% endmacro %}
