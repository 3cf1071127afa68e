{%- set specs = warehouse_segmentation.segmentation_specs() -%}
{%- set preparation = ref('warehouse_segmentation', 'int_segmentation__preparation') -%}
{%- set sample = ref('warehouse_segmentation', 'int_segmentation__training_customers') -%}
{%- set structures = {} -%}
{%- set widths = [0] -%}
{%- for spec in specs -%}
  {%- set columns = warehouse_segmentation.prepared_structure(preparation, "segmentation = '" ~ spec.name ~ "'") -%}
  {%- do structures.update({spec.name: columns}) -%}
  {%- do widths.append(columns | length) -%}
{%- endfor -%}

with

{% for name, columns in structures.items() -%}
parameters_{{ loop.index }} as (

    select
        {{ warehouse_segmentation.preparation_parameters(columns) }}

    from {{ preparation }}
    where segmentation = '{{ name }}'

),

prepared_{{ loop.index }} as (

    select
        segmentation,
        customer_id,
        sample_hash,
        cast(1 as double) as sample_weight,
        cast(sample_revenue as double) as sample_revenue
        {%- for column in columns %},
        {{ warehouse_segmentation.prepared_column(column, columns) }} as x_{{ column.position }}
        {%- endfor %}
        {%- for position in range(columns | length + 1, (widths | max) + 1) %},
        cast(null as double) as x_{{ position }}
        {%- endfor %}

    from {{ sample }}
    cross join parameters_{{ loop.index }}
    where segmentation = '{{ name }}'

){{ ',' if not loop.last }}

{% endfor -%}

{% for name in structures %}
select * from prepared_{{ loop.index }}
{{ 'union all' if not loop.last }}
{%- endfor %}
