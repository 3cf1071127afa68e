{#- An identifier as text: trimmed, empty as NULL, a whole number that passed through a floating-point column
    without its '.0' (12346.0 and 1.2346E4 are both '12346'). -#}
{% macro id_text(expression, data_type='varchar') %}
  {%- set text = 'trim(cast(' ~ expression ~ ' as string))' -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'number' and not data_type.startswith(('double', 'float', 'real', 'decimal', 'numeric')) -%}
    {{- return('cast(' ~ expression ~ ' as string)') -}}
  {%- endif -%}
  {%- set whole -%}
    case
      {%- if data_type.startswith(('double', 'float', 'real')) %}
      {#- nearly all of them, without looking at a text #}
      when {{ expression }} = floor({{ expression }}) and abs({{ expression }}) < 9007199254740992 then cast(cast({{ expression }} as bigint) as string)
      {%- endif %}
      when {{ text }} = '' then null
      when {{ text }} like '%.0' and try_cast({{ text }} as double) is not null then split_part({{ text }}, '.', 1)
      {%- if data_type.startswith(('double', 'float', 'real')) %}
      when lower({{ text }}) = 'nan' then null
      when {{ text }} like '%e+%' or {{ text }} like '%E%' then cast(try_cast({{ expression }} as decimal(38, 0)) as string)
      {%- elif data_type.startswith(('decimal', 'numeric')) %}
      when {{ text }} like '%.%' and cast({{ expression }} as decimal(38, 0)) = {{ expression }} then split_part({{ text }}, '.', 1)
      {%- endif %}
      else {{ text }}
    end
  {%- endset -%}
  {{- return(whole) -}}
{% endmacro %}
