{#- Formats of moments that are counted: what one is in microseconds, and the earliest there is, in microseconds
    from 1970 on: the year 1, or the day that a spreadsheet counts from. -#}
{% macro counted_formats() %}
  {{- return({
    'epoch_seconds': {'factor': '1000000', 'earliest': '-62135596800000000'},
    'epoch_milliseconds': {'factor': '1000', 'earliest': '-62135596800000000'},
    'epoch_microseconds': {'factor': '1', 'earliest': '-62135596800000000'},
    'epoch_nanoseconds': {'factor': '0.001', 'earliest': '-62135596800000000'},
    'excel_days': {'factor': none, 'earliest': '-2209161600000000'}
  }) -}}
{% endmacro %}
