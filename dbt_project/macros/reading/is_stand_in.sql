{#- Whether a timestamp is a placeholder: systems write the first or the last day that they can represent where
    no date is known. So is midnight of 1970-01-01, except for dates of birth. -#}
{% macro is_stand_in(moment, is_birth=false) %}
  {%- set days = ['0001-01-01', '1111-11-11', '1753-01-01', '1899-12-30', '1899-12-31', '1900-01-01', '2999-12-31', '9999-01-01', '9999-12-31'] -%}
  {%- set branches = [] -%}
  {%- for day in days -%}{%- do branches.append("when date '" ~ day ~ "' then true") -%}{%- endfor -%}
  {%- set epoch = 'false' if is_birth else 'coalesce(' ~ moment ~ " = timestamp '1970-01-01 00:00:00', false)" -%}
  {#- nearly all moments lie between, and are looked at no further -#}
  {{- return('case when ' ~ moment ~ " between timestamp '1900-01-02 00:00:00' and timestamp '2999-12-30 23:59:59' then " ~ epoch
        ~ ' else case cast(' ~ moment ~ ' as date) ' ~ branches | join(' ') ~ ' else false end end') -}}
{% endmacro %}
