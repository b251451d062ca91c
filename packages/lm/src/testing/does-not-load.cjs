throw new Error('half installed');
