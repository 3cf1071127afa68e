{#- Whether today's customers still have everything that a model reads: its features, and the columns of its population.
    A word of the population that is neither a column, a function nor one of SQL's own may be a column that is gone. -#}
{% macro can_score(model) %}
  {%- set known = [] -%}
  {%- for column in adapter.get_columns_in_relation(ref('warehouse_segmentation', 'int_segmentation__customer_columns')) -%}
    {%- do known.append(column.name | lower) -%}
  {%- endfor -%}
  {%- for column in model.columns if column.feature | lower not in known -%}
    {{- return(false) -}}
  {%- endfor -%}
  {%- set words = 'and or not in is null between like ilike rlike regexp similar to escape any some all true false unknown case when
        then else end cast as try_cast date time timestamp timestamptz interval at zone current_date current_timestamp second seconds
        minute minutes hour hours day days week weeks month months quarter quarters year years double float real bigint int integer
        smallint tinyint string varchar text char boolean bool decimal numeric distinct from' -%}
  {%- set bare = modules.re.sub("'[^']*'", ' ', model.population | string) -%}
  {%- set bare = modules.re.sub('[A-Za-z_][A-Za-z0-9_]*[ ]*[(]', '(', bare) -%}
  {#- a quoted name may have any character -#}
  {%- set names = modules.re.findall('"([^"]*)"|`([^`]*)`', bare) | map('join') | list -%}
  {%- set bare = modules.re.sub('"[^"]*"|`[^`]*`', ' ', bare) -%}
  {%- for word in names + modules.re.findall('[A-Za-z_][A-Za-z0-9_]*', bare) -%}
    {%- if word | lower not in known and (word in names or word | lower not in words.split()) -%}
      {{- return(false) -}}
    {%- endif -%}
  {%- endfor -%}
  {{- return(true) -}}
{% endmacro %}
