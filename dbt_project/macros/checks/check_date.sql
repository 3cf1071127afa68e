{#- Fails unless a value is none or a calendar day written 'YYYY-MM-DD'. -#}
{% macro check_date(variable, value) %}
  {%- if value is not none -%}
    {%- set parts = modules.re.match('^([0-9]{4})-([0-9]{2})-([0-9]{2})$', value | string) -%}
    {%- set valid = [false] -%}
    {%- if parts and 1 <= parts.group(2) | int <= 12 and parts.group(1) | int >= 1 -%}
      {%- set next_month = modules.datetime.date(parts.group(1) | int, parts.group(2) | int, 28) + modules.datetime.timedelta(days=4) -%}
      {%- set last_day = (next_month - modules.datetime.timedelta(days=next_month.day)).day -%}
      {%- if 1 <= parts.group(3) | int <= last_day -%}{%- do valid.append(true) -%}{%- endif -%}
    {%- endif -%}
    {%- if not valid[-1] -%}
      {%- do warehouse_segmentation.fail(variable, "must be a date 'YYYY-MM-DD' or null, not '" ~ value ~ "'") -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
