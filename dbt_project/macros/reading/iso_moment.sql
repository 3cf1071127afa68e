{#- A text in ISO 8601 as TIMESTAMP in UTC: year, month and day, with hyphens or slashes, then perhaps a time, and
    perhaps an offset behind it. A cast is many times as fast as one format after the other, but reads more than
    this, and drops offsets: so it only sees texts of the right form, and those with an offset are parsed. -#}
{% macro iso_moment(text, zone=none) %}
  {%- set date = '^(?:[1-9][0-9]{3}|0001)[-/][0-9]{1,2}[-/][0-9]{1,2}' -%}
  {%- set time = '[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
  {%- set offset = ' ?([Zz]|[-+][0-9]{2}(:?[0-9]{2})?)' -%}
  {%- set zoned = [] -%}
  {%- for separator in ['T', ' '] -%}
    {%- for clock in ['hh:mi:ss', 'hh:mi:ss.ff', 'hh:mi'] -%}
      {%- for blank in ['', ' '] -%}
        {%- for day in ['yyyy-mm-dd', 'yyyy/mm/dd'] -%}{%- do zoned.append(day ~ separator ~ clock ~ blank ~ 'tz') -%}{%- endfor -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set local = "try_cast(translate(" ~ text ~ ", '/', '-') as timestamp)" -%}
  {%- set sql -%}
    case
      when length({{ text }}) <= 10 then
        case when regexp_extract({{ text }}, '{{ date }}$', 0) <> '' then {{ warehouse_segmentation.zoned_moment(local, zone) if zone else local }} end
      when regexp_extract({{ text }}, '{{ date ~ time }}$', 0) <> '' then {{ warehouse_segmentation.zoned_moment(local, zone) if zone else local }}
      when regexp_extract({{ text }}, '{{ date ~ time ~ offset }}$', 0) <> '' then {{ warehouse_segmentation.parsed_moment(text, zoned) }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}
