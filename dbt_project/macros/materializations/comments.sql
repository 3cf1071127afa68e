{#- The statements that write a table's comments, with semicolons, where they are to be kept there. -#}
{% macro comments(relation, model) -%}
  {%- if config.persist_relation_docs() and model.description %}
comment on table {{ relation }} is '{{ model.description | replace("'", "''") }}';
  {%- endif -%}
  {%- if config.persist_column_docs() -%}
    {%- for column in model.columns.values() if column.description %}
comment on column {{ relation }}.{{ adapter.quote(column.name) }} is '{{ column.description | replace("'", "''") }}';
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
