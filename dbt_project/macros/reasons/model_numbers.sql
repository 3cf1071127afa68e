{#- What a model learnt, as texts that read back to the same numbers: {parameters: {name_position: text},
    centroids: {segment_position: text}}. A view made of them asks no table of the registry. -#}
{% macro model_numbers(model) %}
  {%- set names = ['impute_value', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation', 'weight', 'level'] -%}
  {%- set features = ref('warehouse_segmentation', 'int_segmentation__model_features') -%}
  {%- set centroids = ref('warehouse_segmentation', 'int_segmentation__model_centroids') -%}
  {%- set numbers = {'parameters': {}, 'centroids': {}} -%}
  {%- if execute -%}
    {#- the letter keeps dbt from reading a text as a number, which might lose digits -#}
    {%- set asked = [] -%}
    {%- for name in names -%}{%- do asked.append("'t' || cast(" ~ name ~ ' as string) as ' ~ name) -%}{%- endfor -%}
    {%- for row in run_query('select position, ' ~ asked | join(', ') ~ ' from ' ~ features ~ " where model_id = '" ~ model.model_id ~ "'").rows -%}
      {%- for name in names -%}
        {%- do numbers.parameters.update({name ~ '_' ~ (row[0] | int): row[loop.index][1:] if row[loop.index] is not none else none}) -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- for row in run_query("select segment_id, position, 't' || cast(centroid as string) from " ~ centroids ~ " where model_id = '" ~ model.model_id ~ "'").rows -%}
      {%- do numbers.centroids.update({(row[0] | int) ~ '_' ~ (row[1] | int): row[2][1:]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(numbers) -}}
{% endmacro %}
