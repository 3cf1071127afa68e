{#- Stops the branch with one error of all that input_checks found, in front of everything that is kept,
    scored or published; what it merely warns of is logged. -#}
{% macro stop_at_checks() %}
  {%- set checks = ref('warehouse_segmentation', 'input_checks') -%}
  {%- if execute and flags.WHICH in ['run', 'build', 'retry'] and load_relation(checks) is not none -%}
    {%- set stopped = [] -%}
    {%- set others = [] -%}
    {%- for row in run_query('select status, message from ' ~ checks ~ " where status <> 'passed' order by input, check_name, item").rows -%}
      {%- do (stopped if row[0] == 'stopped' else others).append(('Accepted: ' if row[0] == 'accepted' else '') ~ row[1].split() | join(' ')) -%}
    {%- endfor -%}
    {%- if stopped -%}
      {%- do exceptions.raise_compiler_error(stopped | join(' ')
            ~ " Hint: If this is meant, accept it once: segment run --accept-changes, or dbt build --vars 'accept_changes: true'.") -%}
    {%- endif -%}
    {%- for message in others -%}
      {%- do exceptions.warn(message) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
