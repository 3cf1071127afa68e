{#- What is kept of the id of a forgotten customer: SHA-256 in hexadecimal digits, the same on every engine. -#}
{% macro customer_hash(salt, customer_id) %}
  {{- return(adapter.dispatch('segmentation_customer_hash', 'warehouse_segmentation')(salt, customer_id)) -}}
{% endmacro %}

{% macro default__segmentation_customer_hash(salt, customer_id) %}
  {{- return('sha256(' ~ salt ~ " || '|' || " ~ customer_id ~ ')') -}}
{% endmacro %}

{% macro spark__segmentation_customer_hash(salt, customer_id) %}
  {{- return('sha2(' ~ salt ~ " || '|' || " ~ customer_id ~ ', 256)') -}}
{% endmacro %}

{#- The table of forgotten customers, or none where it is empty and nothing has to be compared. It is looked up by its
    name in the graph, which unit tests do not have, because the macros that ask have no lineage of their own. -#}
{% macro forgotten_relation() %}
  {%- if not execute or 'nodes' not in graph -%}{{- return(none) -}}{%- endif -%}
  {%- set node = graph.nodes['model.warehouse_segmentation.int_segmentation__forgotten'] -%}
  {%- set relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- if relation is none or not run_query('select 1 from ' ~ relation ~ ' limit 1').rows | length -%}
    {{- return(none) -}}
  {%- endif -%}
  {{- return(relation) -}}
{% endmacro %}

{#- The rows of a query whose customer was forgotten, or with `is_kept` all others, including rows without a customer.
    `customer_id` is the expression that reads the id of a row, as text. -#}
{% macro forgotten_rows(query, customer_id, forgotten, is_kept=false) %}
  select given.*
  from (
    {{ query }}
  ) as given
  cross join (select max(salt) as salt from {{ forgotten }}) as salts
  left join {{ forgotten }} as forgotten
    on {{ warehouse_segmentation.customer_hash('salts.salt', customer_id) }} = forgotten.customer_hash
  where forgotten.customer_hash is {{ '' if is_kept else 'not ' }}null
{% endmacro %}

{#- The mapped rows of an input whose customer was forgotten, or with `is_kept` all others; see forgotten_rows(). -#}
{% macro forgotten_input_rows(input, forgotten, is_kept=false) %}
  {%- set types = warehouse_segmentation.input_types(input) -%}
  {{- return(warehouse_segmentation.forgotten_rows(
        warehouse_segmentation.given_query(input),
        warehouse_segmentation.read_column(input, 'customer_id', 'id', types),
        forgotten,
        is_kept)) -}}
{% endmacro %}
