{#- Canonical column -> the expression that reads it (see read_column), for every column an input may carry. -#}
{% macro conformed_columns(input, types) %}
  {%- set expressions = {} -%}
  {%- for name, kind in warehouse_segmentation.input_definitions()[input].columns.items() -%}
    {%- do expressions.update({name: warehouse_segmentation.read_column(input, name, kind, types)}) -%}
  {%- endfor -%}
  {{- return(expressions) -}}
{% endmacro %}

{#- The usual spellings of a gender as female or male, 'prefer not to say' and its like as NULL, anything else
    unchanged, in lower case. -#}
{% macro conformed_gender(expression) %}
  {%- set text = 'lower(trim(cast(' ~ expression ~ ' as string)))' -%}
  {%- set sql -%}
    case
      when {{ text }} in ('f', 'female', 'w', 'woman', 'women', 'girl', 'weiblich', 'frau', 'femme', 'mujer', 'mrs', 'ms') then 'female'
      when {{ text }} in ('m', 'male', 'man', 'men', 'boy', 'maennlich', 'männlich', 'mann', 'homme', 'hombre', 'mr') then 'male'
      when {{ text }} in ('', '-', '?', 'u', 'na', 'n/a', 'nan', 'none', 'null', 'unknown', 'unspecified', 'not specified',
                          'not stated', 'prefer not to say', 'undisclosed') then null
      else {{ text }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}

{#- Values that differ only in case, each with its most common spelling: rows of (folded, value). Takes a column of
    values or, with `weight`, values that are already counted. -#}
{% macro commonest_spelling(relation, column, condition='true', weight=none) %}
    select
        folded,
        value
    from (
        select
            lower({{ column }}) as folded,
            {{ column }} as value,
            row_number() over (
                partition by lower({{ column }})
                order by {{ 'sum(' ~ weight ~ ')' if weight else 'count(*)' }} desc, {{ column }}
            ) as place

        from {{ relation }}
        where {{ column }} is not null
            and {{ condition }}
        group by {{ column }}
    ) as spellings
    where place = 1
{% endmacro %}
