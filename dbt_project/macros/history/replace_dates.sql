{#- Statements, separated by ';;', that give a kept table the rows that another one has of some dates, and leave all its other
    dates alone. `columns` are those of the kept table in its order, and `column` the one with the dates. -#}
{% macro replace_dates(kept, fresh, columns, column, dates) %}
  {%- set are_replaced = column ~ " in (date '" ~ dates | join("', date '") ~ "')" -%}
  {{- return(adapter.dispatch('segmentation_replace_dates', 'warehouse_segmentation')(kept, fresh, columns, column, are_replaced)) -}}
{% endmacro %}

{#- both in one transaction -#}
{% macro default__segmentation_replace_dates(kept, fresh, columns, column, are_replaced) -%}
delete from {{ kept }} where {{ are_replaced }};;
insert into {{ kept }} ({{ columns | join(', ') }}) select {{ columns | join(', ') }} from {{ fresh }} where {{ are_replaced }}
{%- endmacro %}

{#- there is no transaction, but a statement replaces whole partitions -#}
{% macro spark__segmentation_replace_dates(kept, fresh, columns, column, are_replaced) -%}
set spark.sql.sources.partitionOverwriteMode = dynamic;;
insert overwrite table {{ kept }} partition ({{ column }}) select {{ columns | join(', ') }} from {{ fresh }} where {{ are_replaced }}
{%- endmacro %}

{% macro databricks__segmentation_replace_dates(kept, fresh, columns, column, are_replaced) -%}
insert into {{ kept }} replace where {{ are_replaced }} select {{ columns | join(', ') }} from {{ fresh }} where {{ are_replaced }}
{%- endmacro %}
