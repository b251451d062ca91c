import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([BarChart, CustomChart, LineChart, ScatterChart]);
echarts.use([AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent]);
echarts.use([LabelLayout, SVGRenderer]);

export type Option = echarts.EChartsCoreOption;
export type Chart = echarts.ECharts;

export function openChart(container: HTMLElement): Chart {
  return echarts.init(container, null, { renderer: 'svg' });
}
