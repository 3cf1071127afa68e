{#- Fails where a monthly table would be begun with the lines of a few months alone: it is missing or is
    to be refreshed, and what it is made of was not. -#}
{% macro check_months(replaced_from) %}
  {%- if execute and replaced_from is not none and flags.WHICH in ['run', 'build'] and not is_incremental() -%}
    {%- do exceptions.raise_compiler_error(
          this.identifier ~ ' is to be made of all order lines, but only those since ' ~ replaced_from
          ~ ' have been read: build it with what it is made of, dbt build --full-refresh --select +' ~ this.identifier) -%}
  {%- endif -%}
{% endmacro %}
